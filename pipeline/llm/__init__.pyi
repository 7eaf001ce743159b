from .address import readers_of as readers_of
from .budget import (
    Budget as Budget,
    Caps as Caps,
    Forecast as Forecast,
    Price as Price,
    Spent as Spent,
    forecast as forecast,
    load_prices as load_prices,
    price_of as price_of,
)
from .client import Cache as Cache, Model as Model, failure_of as failure_of, usage_of as usage_of
from .mending import collecting_mends as collecting_mends, tell_mend as tell_mend
from .openai import open_llm as open_llm
from .prompts import (
    LEFT_OUT as LEFT_OUT,
    Prompt as Prompt,
    as_live as as_live,
    load_prompt as load_prompt,
    parse_prompt as parse_prompt,
    prompt_files as prompt_files,
    prompt_names as prompt_names,
)
from .rate_limit import SharedRateLimit as SharedRateLimit
from .shared_budget import SharedBudget as SharedBudget, open_budget as open_budget
