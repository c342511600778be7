/** The style of the page at `/`. Follows the reader's choice of light or dark. */
export const PAGE_STYLE = `
:root { --text: #1c2430; --soft: #5a6675; --paper: #fbfbfa; --line: #d9dde2; --box: #f0f2f4; --link: #0b5cad; --warn: #8a4b00; --warn-paper: #fff3dd; --good: #0f6a3d; --good-paper: #e4f5ea; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ec; --soft: #9aa6b2; --paper: #14181d; --line: #333c46; --box: #1d232a; --link: #7ab8f5; --warn: #ffc978; --warn-paper: #3a2a10; --good: #8be0ae; --good-paper: #12301f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0 0 1rem; font-size: 1.9rem; }
h1 small { color: var(--soft); font-size: 1rem; font-weight: normal; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.25rem; }
a { color: var(--link); }
.market { padding: .7rem 1rem; border-left: .35rem solid; border-radius: .25rem; }
.market.unreal { color: var(--warn); background: var(--warn-paper); }
.market.live { color: var(--good); background: var(--good-paper); }
.market strong { margin-right: .6rem; letter-spacing: .03em; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1rem 0; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; font-weight: 600; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td:first-child { white-space: nowrap; }
code { font: .9em ui-monospace, Consolas, monospace; }
pre { margin: .5rem 0 1rem; padding: .8rem 1rem; overflow-x: auto; background: var(--box); border-radius: .3rem; line-height: 1.45; }
`;
