import { DARK, LIGHT } from "../charts/palette.ts";

function variables(palette: typeof LIGHT): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}

/**
 * The page's whole style: system fonts, light and dark, a phone, paper. Tables become cards below 700 px; whatever is still
 * too wide scrolls in its own box, never the page.
 */
export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
@media print{:root{color-scheme:light;${variables(LIGHT)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:4.5rem}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere;font-variant-numeric:tabular-nums;text-rendering:optimizeLegibility}
.wrap{max-width:1088px;margin-inline:auto;padding-inline:24px}
h1,h2,h3,h4,h5,h6{line-height:1.2;letter-spacing:-.012em;text-wrap:balance;margin:0}
h1{font-size:clamp(1.7rem,1.2rem + 2.2vw,2.6rem);font-weight:700;letter-spacing:-.022em}
h2{font-size:1.4rem;font-weight:680}
h3{font-size:1.08rem;font-weight:650}
p{margin:0;max-width:70ch}
a{color:var(--proposed);text-underline-offset:.18em;text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--proposed);outline-offset:2px;border-radius:3px}
code,pre,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
.muted{color:var(--muted)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.icon{width:1em;height:1em;flex:none;vertical-align:-.12em}
.pass{color:var(--pass)}.fail{color:var(--fail)}.warn{color:var(--warn)}

.bar{position:sticky;top:0;z-index:2;background:color-mix(in srgb,var(--page) 92%,transparent);backdrop-filter:blur(8px);border-bottom:1px solid var(--line)}
.bar .wrap{display:flex;align-items:center;gap:.6rem 1.4rem;min-height:3.2rem;font-size:.875rem}
.bar strong{display:flex;align-items:center;gap:.4em;white-space:nowrap}
.bar .name{flex:1;min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;color:var(--muted)}
.bar nav{display:flex;gap:1.1rem}
.bar nav a{color:var(--muted);text-decoration:none;white-space:nowrap;padding-block:.35rem}
.bar nav a:hover{color:var(--ink);text-decoration:underline}

.top{padding-block:3rem 0}
.eyebrow{font-size:.8125rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;color:var(--muted);margin-bottom:.7rem}
.by{color:var(--muted);margin-top:.7rem;max-width:none}
.by a{color:inherit}
.verdict{display:grid;grid-template-columns:auto 1fr;gap:1.1rem 1.4rem;align-items:center;margin-top:1.8rem;padding:1.5rem 1.7rem;border-radius:14px;border:1px solid}
.verdict.pass{background:var(--passSoft);border-color:color-mix(in srgb,var(--pass) 35%,transparent)}
.verdict.fail{background:var(--failSoft);border-color:color-mix(in srgb,var(--fail) 35%,transparent)}
.verdict .icon{width:3.4rem;height:3.4rem}
.verdict p{color:var(--ink);font-size:clamp(1.1rem,1rem + .6vw,1.32rem);line-height:1.45;max-width:none;text-wrap:pretty}
.verdict p b{font-weight:720}
.verdict .sure{font-size:1rem;color:var(--ink);margin-top:.6rem}
.verdict.pass p b{color:var(--pass)}.verdict.fail p b{color:var(--fail)}

.figures{display:grid;grid-template-columns:repeat(4,1fr);margin:1.6rem 0 0;border:1px solid var(--line);border-radius:14px;overflow:hidden;background:var(--line);gap:1px}
.figures>div{background:var(--page);padding:1.05rem 1.25rem 1.15rem;display:flex;flex-direction:column}
.figures dt{font-size:.8125rem;color:var(--muted);font-weight:550}
.figures dd{margin:0}
.figures .value{font-size:1.5rem;font-weight:680;letter-spacing:-.02em;line-height:1.25;margin-top:.3rem}
.figures .was{font-size:.875rem;color:var(--muted);min-height:1.55em}
.figures .note{font-size:.8125rem;color:var(--muted);margin-top:.35rem}

section{padding-top:3.4rem}
section>h2+p,section>h2+.lead{margin-top:.55rem}
.lead{color:var(--ink)}
.small{font-size:.8125rem;line-height:1.5;color:var(--muted);margin-top:.9rem;max-width:92ch}

.scroll{overflow-x:auto;margin-top:1.1rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem;line-height:1.4}
caption{text-align:left;color:var(--muted);font-size:.8125rem;padding-bottom:.5rem}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:.72rem .8rem;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8125rem;font-weight:600;color:var(--muted);white-space:nowrap;padding-block:.45rem}
tbody th{font-weight:620}
.pairing b{white-space:nowrap}
td.number{white-space:nowrap}
.sub{display:block;font-size:.8125rem;font-weight:400;color:var(--muted)}
.then{color:var(--muted)}
.arrow{color:var(--muted);padding-inline:.15em}
.tag{display:inline-block;font-size:.75rem;font-weight:650;line-height:1;padding:.25em .5em;border-radius:5px;white-space:nowrap;vertical-align:.08em}
.meter+.sub{margin-top:.3rem}
.tag.fail{background:var(--failSoft)}.tag.warn{background:var(--warnSoft)}.tag.pass{background:var(--passSoft)}
tr.worst th,tr.worst td{background:var(--panel)}
tr.worst th{box-shadow:inset 3px 0 0 var(--loss);padding-left:.8rem}
.big{font-size:1.06rem;font-weight:680}
:is(#attribution,#fund) thead th,#attribution td .sub{white-space:normal}
#attribution tbody tr:last-child :is(th,td){border-top:2px solid var(--line);border-bottom:0}
.status{font-weight:640;white-space:nowrap}
.meter{position:relative;height:10px;min-width:130px;border-radius:5px;background:var(--panel);box-shadow:inset 0 0 0 1px var(--line);margin-top:.36rem}
.meter i{position:absolute;inset:0 auto 0 0;border-radius:5px;background:currentColor;width:var(--used)}
.meter em{position:absolute;top:50%;height:2px;margin-top:-1px;background:var(--ink);left:var(--low);width:calc(var(--high) - var(--low))}
.errorbar{position:relative;height:14px;min-width:150px;margin-top:.3rem;background:linear-gradient(var(--line),var(--line)) 0 50%/100% 1px no-repeat}
.errorbar i{position:absolute;left:var(--low);width:max(2px,calc(var(--high) - var(--low)));top:50%;height:4px;margin-top:-2px;border-radius:2px;background:currentColor;opacity:.55}
.errorbar em{position:absolute;left:50%;top:0;bottom:0;width:1.5px;margin-left:-.75px;background:var(--muted)}
.errorbar b{position:absolute;left:var(--at);top:50%;width:10px;height:10px;margin:-5px 0 0 -5px;border-radius:50%;background:currentColor;box-shadow:0 0 0 2px var(--page)}
.meter b{position:absolute;top:-3px;bottom:-3px;width:2px;background:var(--ink);left:var(--limit)}

figure{margin:1.2rem 0 0}
figure svg{display:block;width:100%;height:auto}
.narrow{display:none}
.pair figure svg{max-width:560px}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 2.4rem}
.pair>section{min-width:0;display:grid;grid-row:span 4;grid-template:subgrid/minmax(0,1fr);align-content:start;row-gap:0}
details{margin-top:.9rem;font-size:.9375rem}
summary{cursor:pointer;color:var(--muted);font-size:.875rem;padding-block:.3rem}
details table{font-size:.8125rem}
details th,details td{padding:.36rem .7rem}

.gaps{list-style:none;margin:1.1rem 0 0;padding:0;display:grid;grid-template-columns:1fr 1fr;gap:1.15rem 2.4rem;font-size:.9375rem}
.gaps li>strong{display:block}
.gaps .touches{grid-column:1/-1;background:var(--warnSoft);border:1px solid color-mix(in srgb,var(--warn) 35%,transparent);border-radius:12px;padding:1rem 1.2rem}
.gaps .data{grid-column:1/-1}
.gaps ul{margin:.2rem 0 0;padding-left:1.2rem}
.findings{padding-left:1.2rem;margin:.8rem 0 0}

.prose{border-left:3px solid var(--line);padding-left:1.4rem;margin-top:1.1rem;max-width:74ch}
.prose>*+*{margin-top:.8rem}
.prose h3,.prose h4,.prose h5,.prose h6{margin-top:1.3rem}
.prose ul,.prose ol{padding-left:1.3rem}
.prose pre{overflow-x:auto}
.prose blockquote{margin-inline:0;padding-left:1rem;border-left:2px solid var(--line);color:var(--muted)}
pre{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:.9rem 1.1rem;margin:1.1rem 0 0;overflow-x:auto;line-height:1.6}
pre .muted{user-select:none}
.hashes{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.4rem;margin:1.2rem 0 0;font-size:.875rem}
.hashes dt{color:var(--muted)}
.hashes dd{margin:0}
footer{margin-top:4rem;border-top:1px solid var(--line);padding-block:1.4rem 2.6rem;font-size:.8125rem;color:var(--muted)}

@media (min-width:701px){:is(#crashes,#fund) tbody th{min-width:11rem}.pairing{display:flex;flex-direction:column}.pairing .then{font-size:.875rem}}
@media (max-width:960px){.bar nav{display:none}.figures{grid-template-columns:1fr 1fr}.pair{grid-template-columns:minmax(0,1fr);gap:0}}
@media (max-width:700px){
.wrap{padding-inline:16px}
.top{padding-top:1.8rem}
section{padding-top:2.6rem}
.verdict{padding:1.1rem 1.15rem;grid-template-columns:1fr;gap:.7rem}
.verdict .icon{width:2.5rem;height:2.5rem}
.figures>div{padding:.8rem .9rem}
.figures .value{font-size:1.22rem}
.gaps{grid-template-columns:1fr}
.wide{display:none}.narrow{display:block}
.hashes{grid-template-columns:1fr;gap:0}
.hashes dd{margin-bottom:.6rem}
.prose{padding-left:.9rem}
.cards table,.cards tbody,.cards tr,.cards th,.cards td{display:block;width:auto}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards tr{border:1px solid var(--line);border-radius:12px;padding:.85rem 1rem;margin-top:.8rem}
.cards caption{display:block}
.cards th,.cards td,.cards tr.worst th,#attribution tbody tr:last-child :is(th,td){border:0;padding:0;box-shadow:none}
.cards tr.worst th,.cards tr.worst td{background:none}
.cards tr.worst{background:var(--panel);border-left:4px solid var(--loss)}
.cards td{margin-top:.5rem}
.cards td[data-label]{display:grid;grid-template-columns:8.2rem 1fr;gap:.2rem .8rem}
.cards td[data-label]::before{content:attr(data-label);color:var(--muted);font-size:.8125rem;padding-top:.12em}
.cards td.number{white-space:normal}
:is(#crashes,#fund) td{font-size:.9rem}
:is(#crashes,#fund) td[data-label]{grid-template-columns:7.4rem 1fr}
:is(#changes,#gates,#effect,#attribution) tr{display:grid;grid-template-columns:1fr 1fr;column-gap:1rem}
:is(#changes,#gates,#effect,#attribution) tbody th{grid-column:1/-1}
:is(#changes,#gates,#effect,#attribution) td[data-label]{display:block}
:is(#changes,#gates,#effect,#attribution) td[data-label]::before{display:block}
:is(#changes,#gates,#effect,#attribution) thead tr{display:none}
}
@media print{
@page{margin:16mm}
body{font-size:10.5pt}
.bar,details{display:none}
.wrap{max-width:none;padding:0}
.pair{grid-template-columns:repeat(2,minmax(0,1fr));gap:0 1.6rem}
.verdict,.meter,.meter *,.errorbar,.errorbar *,.tag{print-color-adjust:exact}
figure,tr,.verdict,.figures{break-inside:avoid}
section{padding-top:1.6rem}
.top{padding-top:0}
a[href^="http"]::after{content:" (" attr(href) ")";font-size:.8em;color:var(--muted)}
}
`
  .trim()
  .replaceAll("\n\n", "\n");
