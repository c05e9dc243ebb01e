-- Logging in makes a user active, and a core feature has a name.
with

feature_catalogue as (
    select * from {{ ref('feature_catalogue') }}
)

select
    event_name,
    feature,
    is_core,
    is_activity,
    is_login
from feature_catalogue
where
    (is_login and not is_activity)
    or (is_core and feature is null)
