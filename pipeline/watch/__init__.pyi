from .alerts import (
    run_watches_and_notify as run_watches_and_notify,
    send_messages as send_messages,
    unknown_channels as unknown_channels,
)
from .archive import (
    Archived as Archived,
    archived_before as archived_before,
    bench_of_process as bench_of_process,
    check_archived as check_archived,
    list_archive as list_archive,
    open_caps as open_caps,
    require_shareable as require_shareable,
    under_caps as under_caps,
)
from .item_log import Listeners as Listeners
from .items import known_items as known_items, spent_on as spent_on
from .models import (
    Cron as Cron,
    Interval as Interval,
    Item as Item,
    ItemReport as ItemReport,
    ItemState as ItemState,
    Visit as Visit,
    VisitStatus as VisitStatus,
    Watch as Watch,
    WatchStatus as WatchStatus,
)
from .notify.channels import (
    add_channel as add_channel,
    channels as channels,
    find_channel as find_channel,
    remove_channel as remove_channel,
    require_channels as require_channels,
)
from .notify.delivery import Sent as Sent, require_settings as require_settings, send_due as send_due
from .notify.models import Channel as Channel, Delivery as Delivery, Event as Event
from .notify.outbox import (
    Stuck as Stuck,
    counts as counts,
    deliveries as deliveries,
    put_all as put_all,
    stuck as stuck,
    try_again as try_again,
)
from .notify.webhook import secret_of as secret_of
from .overdue import Owed as Owed, owed as owed
from .run import Round as Round
from .schedule import next_slot as next_slot
from .slots import (
    Refused as Refused,
    add_watch as add_watch,
    aware as aware,
    find_watch as find_watch,
    is_alive as is_alive,
    remove_watch as remove_watch,
    set_status as set_status,
    settled_until as settled_until,
    visits as visits,
    watches as watches,
)
