-- A keyword is written as it is compared, in lower case without blanks at its ends; one of which
-- nothing is left when punctuation goes would find nothing. No theme is called as what has none.
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
    or {{ comparable_text('keyword') }} = ''
    or theme = '{{ untagged() }}'
