/**
 * Rules of the page at `/`, beside those of all pages. A status has a glyph, a word and a colour; text stands on the page
 * or on a tint, never on a fill. Contrast of all texts is at least 5.6 to 1 in both themes.
 */
export const overviewStyle = `:root{--text:#161b22;--soft:#4a5463;--page:#f7f8fa;--surface:#fff;--edge:#d5dae1;--line:#3366cc;--pass:#0b6b3a;--pass-tint:#e3f4ea;--warn:#8a4b00;--warn-tint:#fff1dc;--fail:#b3151c;--fail-tint:#fde8e8;--error:#7a2a9c;--error-tint:#f4e8fa;--none:#566070;--none-tint:#eef1f5}
@media (prefers-color-scheme:dark){:root{--text:#e8ecf1;--soft:#b4becb;--page:#0f1318;--surface:#171c23;--edge:#39424e;--line:#7aa5f5;--pass:#5fd08e;--pass-tint:#13301f;--warn:#f2b45c;--warn-tint:#3a280f;--fail:#ff8a85;--fail-tint:#401a1b;--error:#d7a1f0;--error-tint:#331c3f;--none:#a3aebd;--none-tint:#1f262f}}
body{max-width:66rem;padding:1rem;font:1rem/1.5 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums;background:var(--page);color:var(--text)}
h1{font-size:1.5rem;margin:0}
h2{font-size:1.125rem;margin:0;overflow-wrap:anywhere}
h3{font-size:.8125rem;font-weight:600;color:var(--soft);margin:.75rem 0 .25rem}
p,li{overflow-wrap:anywhere}
ul{list-style:none;margin:0;padding:0}
small{font-size:.8125rem;font-weight:400;color:var(--soft)}
.as-of{font-size:.8125rem;color:var(--soft);margin:0 0 1rem}
.system{margin:0 0 2rem}
.pass{--own:var(--pass);--tint:var(--pass-tint)}
.warn{--own:var(--warn);--tint:var(--warn-tint)}
.fail{--own:var(--fail);--tint:var(--fail-tint)}
.error{--own:var(--error);--tint:var(--error-tint)}
.none{--own:var(--none);--tint:var(--none-tint)}
.verdict,.alert{background:var(--tint);border-left:.375rem solid var(--own);border-radius:.375rem;padding:.5rem .75rem;margin:.5rem 0}
.verdict{font-size:1.125rem;font-weight:600}
.alert strong{display:block}
.glyph{color:var(--own);font-weight:700;margin-right:.375rem}
.word{color:var(--own);font-weight:600}
.next{color:var(--soft);font-size:.875rem}
.component{background:var(--surface);border:1px solid var(--edge);border-radius:.375rem;padding:.75rem 1rem;margin:.75rem 0}
.look{display:grid;grid-template-columns:1.25rem 9rem minmax(0,1fr) 8rem;column-gap:.5rem;padding:.25rem 0;border-top:1px solid var(--edge)}
.look:first-child{border-top:0}
.look .name{font-weight:600;overflow-wrap:anywhere}
.look .next{display:block}
.age{color:var(--soft);font-size:.875rem;text-align:right}
.old{color:var(--error);font-weight:600}
table{border-collapse:collapse;table-layout:fixed;width:100%}
th,td{text-align:left;font-weight:400;padding:.25rem .5rem .25rem 0;border-top:1px solid var(--edge);vertical-align:middle;overflow-wrap:anywhere}
thead th{font-size:.8125rem;color:var(--soft);border-top:0}
.value{text-align:right;padding-right:0;width:10rem}
.value b{font-weight:600}
.is-old b{font-weight:400;color:var(--soft);text-decoration:underline dotted}
.value .age{display:block}
.day{width:16rem}
.highest{color:var(--soft);font-size:.8125rem;white-space:nowrap;width:8rem}
.spark{display:block;width:15rem;height:2rem;overflow:visible}
.spark path{fill:none;vector-effect:non-scaling-stroke;stroke-linecap:round;stroke-linejoin:round}
.spark .line{stroke:var(--line);stroke-width:1.5}
.spark .last{stroke:var(--line);stroke-width:6}
.spark .hole{stroke:var(--none);stroke-width:1.5;stroke-dasharray:1 4}
@media (max-width:44rem){
.look{grid-template-columns:1.25rem minmax(0,3fr) minmax(0,2fr)}.look .said{grid-column:2/4;grid-row:2}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,th,td{display:block}
tr{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);column-gap:.75rem;padding:.375rem 0;border-top:1px solid var(--edge)}
tbody tr:first-child{border-top:0}
th,td{border:0;padding:0}
.value{grid-column:2;grid-row:1;width:auto}.day{grid-column:1;grid-row:2;width:auto}.highest{grid-column:2;grid-row:2;width:auto;align-self:center;text-align:right}
.spark{width:100%}
}
@media print{body{background:#fff;color:#000}.component{break-inside:avoid}}`
