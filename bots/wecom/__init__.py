"""WeCom (企业微信) as a library: calls, cards, callbacks. It knows no business (L01).

`client` calls the platform for an app, `robot` for a group; `render` draws cards, `passive` answers with them;
`crypto` opens what comes in and `events` reads it.
"""
