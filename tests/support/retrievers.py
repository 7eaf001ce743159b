"""A retriever of LangChain's own kind, as an extension of it would bring."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever


class Shelf(BaseRetriever):
    """Knows one thing of a town."""

    town: str

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        if query == "ferry":
            raise RuntimeError("out of paper")
        told = {"url": "https://velda.example/bridge", "title": "Bridges", "published_date": "2031-05-01T10:00:00"}
        return [Document(page_content=f"{self.town} has a bridge.", metadata=told)]
