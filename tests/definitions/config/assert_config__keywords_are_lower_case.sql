-- Comments are compared in lower case: a keyword with a capital, or a blank at its ends, finds
-- nothing.
with

feedback_themes as (
    select * from {{ ref('feedback_themes') }}
)

select
    theme,
    keyword,
    language
from feedback_themes
where
    keyword <> lower(trim(keyword))
    or keyword = ''
