"""One evaluation: cases are answered, recorded, scored again, compared, exported."""
