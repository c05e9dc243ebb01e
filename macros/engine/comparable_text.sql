{#- Text as keywords are compared with it: small letters without accents, words with one blank between
    them. lower() differs between engines (Postgres may know ASCII only, Java has a final sigma), so
    the letters of the Latin, Greek and Cyrillic alphabets are named here. -#}
{% macro comparable_text(value) -%}
    {%- set letters = {
        'a': 'ÀÁÂÃÄÅĄĂĀàáâãäåąăā', 'c': 'ÇĆČçćč', 'd': 'ĎĐďđ', 'e': 'ÈÉÊËĘĚĒĖèéêëęěēė', 'g': 'ĞĢğģ',
        'i': 'ÌÍÎÏİĪĮìíîïıīį', 'k': 'Ķķ', 'l': 'ŁĻĽłļľ', 'n': 'ÑŃŇŅñńňņ', 'o': 'ÒÓÔÕÖØŐŌòóôõöøőō',
        'r': 'ŘŔřŕ', 's': 'ŚŠŞȘśšşș', 't': 'ŤŢȚťţț', 'u': 'ÙÚÛÜŮŰŪŲùúûüůűūų', 'y': 'Ýýÿ',
        'z': 'ŹŻŽźżž', 'æ': 'Æ', 'œ': 'Œ', 'ð': 'Ð', 'þ': 'Þ',
        'α': 'ΑΆά', 'β': 'Β', 'γ': 'Γ', 'δ': 'Δ', 'ε': 'ΕΈέ', 'ζ': 'Ζ', 'η': 'ΗΉή', 'θ': 'Θ',
        'ι': 'ΙΊί', 'κ': 'Κ', 'λ': 'Λ', 'μ': 'Μ', 'ν': 'Ν', 'ξ': 'Ξ', 'ο': 'ΟΌό', 'π': 'Π', 'ρ': 'Ρ',
        'σ': 'Σς', 'τ': 'Τ', 'υ': 'ΥΎύ', 'φ': 'Φ', 'χ': 'Χ', 'ψ': 'Ψ', 'ω': 'ΩΏώ',
        'а': 'А', 'б': 'Б', 'в': 'В', 'г': 'Г', 'д': 'Д', 'е': 'ЕЁё', 'ж': 'Ж', 'з': 'З', 'и': 'И',
        'й': 'Й', 'к': 'К', 'л': 'Л', 'м': 'М', 'н': 'Н', 'о': 'О', 'п': 'П', 'р': 'Р', 'с': 'С',
        'т': 'Т', 'у': 'У', 'ф': 'Ф', 'х': 'Х', 'ц': 'Ц', 'ч': 'Ч', 'ш': 'Ш', 'щ': 'Щ', 'ъ': 'Ъ',
        'ы': 'Ы', 'ь': 'Ь', 'э': 'Э', 'ю': 'Ю', 'я': 'Я',
    } -%}
    {%- set plain = [] -%}
    {%- for letter, others in letters.items() -%}
        {%- do plain.append(letter * (others | length)) -%}
    {%- endfor -%}
    {%- set folded = "translate(" ~ value ~ ", '" ~ letters.values() | join ~ "', '" ~ plain | join
        ~ "')" -%}
    {#- engines read a backslash and an apostrophe in a literal each in its own way: by number -#}
    {%- set marks = '.,;:!?"()[]{}<>/|-_+*=&%#@$~^`«»¿¡„“”‚‘’…–—' -%}
    {%- set numbers = [9, 10, 11, 12, 13, 39, 92, 160] -%}
    {%- set blanked -%}
        translate({{ folded }}, concat('{{ marks }}'
        {%- for number in numbers %}, chr({{ number }}){% endfor -%}
        ), '{{ ' ' * (marks | length + numbers | length) }}')
    {%- endset -%}
    {%- set spelled = "replace(replace(replace(lower(" ~ blanked
        ~ "), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss')" -%}
    {#- accents that come as characters of their own -#}
    {%- set accents = '\u0300\u0301\u0302\u0303\u0307\u0308\u030a\u030c\u0327' -%}
    {%- set whole = "translate(" ~ spelled ~ ", '" ~ accents ~ "', '')" -%}
    trim(replace(replace(replace({{ whole }}, ' ', ' _'), '_ ', ''), ' _', ' '))
{%- endmacro %}
