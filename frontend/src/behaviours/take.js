// What a table or a list shows is taken out as a file: its rows, and those of the pages that follow, as they are seen.
// Lists that have an export of their own (every row there is, with more columns) are left alone.
import { toast } from './toasts.js'

const OWN = 'a[href*="exports/new"], a[download]'
const LIST = 'ul.t-list[data-rows]'
const SKIPPED = 'svg, button, input, select, template, .sr-only, .t-spark, [aria-hidden="true"]'
const MOST_PAGES = 40

const mainOf = (page) => page.getElementById('main')
const tablesOf = (page) => [...mainOf(page).querySelectorAll('table.t-table')].filter((one) => one.tBodies[0]?.rows.length)
const listsOf = (page) => [...mainOf(page).querySelectorAll(LIST)].filter((one) => one.children.length)

/** Return what somebody reads in an element: exact amounts and moments, nothing that is only for the eye. */
function words(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SKIPPED)) return ''
  if (node.matches('data[title]')) return node.title
  // Moments stand in the reader's time zone in their title, in UTC in `datetime`; a time that is left holds it around its words.
  if (node.matches('time[title], .t-countdown[title]')) return node.title
  return [...node.childNodes].map(words).join(node.childElementCount ? ' ' : '')
}

const plain = (text) => text.replace(/\s+/g, ' ').trim()

const minorOf = (amount) => ({ minor: amount.value.replaceAll(',', '') })

/** Return a cell as text, or an amount as `{ minor }` where it holds one alone. */
function cell(node) {
  const amounts = node.querySelectorAll('data[title]'), text = plain(words(node))
  return amounts.length === 1 && text === amounts[0].title ? minorOf(amounts[0]) : text
}

const rowOf = (row) => [...row.cells].flatMap((one) => [cell(one), ...Array(Math.max(0, one.colSpan - 1)).fill('')])

/** Return what a row of a list says: what it is about, the rest of that part, its first amount, and all else. */
function lineOf(item) {
  const title = item.querySelector('.t-row-title, .t-row-link, a[href]'), amount = item.querySelector('data[title]'), parts = ['', '', '', '']
  for (const part of item.children) {
    const text = plain(words(part)), about = title && part.contains(title) ? plain(words(title)) : ''
    if (about) [parts[0], parts[1]] = [about, plain(text.replace(about, ''))]
    else if (part.contains(amount)) [parts[2], parts[3]] = [minorOf(amount), plain(`${parts[3]} ${text.replace(amount.title, '')}`)]
    else if (!part.matches('.t-lead')) parts[3] = plain(`${parts[3]} ${text}`)
  }
  return parts
}

/** Return what a list is called: by its own label, by what it is labelled with, or by the heading before it. */
function labelOf(list) {
  const by = list.getAttribute('aria-labelledby'), before = list.closest('section, article, .t-card')?.querySelector('h2, h3')
  return plain(list.getAttribute('aria-label') ?? (by && list.ownerDocument.getElementById(by)?.textContent) ?? before?.textContent ?? '')
}

/** Yield the page that is shown and those that follow it, where the page has one place that a pager can belong to. */
async function* pages(follows) {
  let page = document, base = location.href
  for (let number = 0; number < MOST_PAGES; number++) {
    yield page
    const next = follows && page.querySelector('#main a[rel="next"]')?.getAttribute('href')
    if (!next) return
    if (number === MOST_PAGES - 1) toast({ tone: 'warning', text: document.getElementById('take-form').dataset.cut })
    const address = new URL(next, base)
    const answer = await fetch(address, { headers: { Accept: 'text/html' } })
    if (!answer.ok) throw new Error(answer.statusText)
    page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    base = address.href
  }
}

async function tableOf(place) {
  const shown = tablesOf(document), header = [...(shown[place].tHead?.rows ?? [])].at(-1), rows = []
  for await (const page of pages(shown.length === 1)) rows.push(...[...(tablesOf(page)[place]?.tBodies ?? [])].flatMap((body) => [...body.rows].map(rowOf)))
  return { label: shown[place].caption?.textContent ?? '', header: header ? rowOf(header).map((one) => one.minor ?? one) : [], rows }
}

async function linesOf({ about, details, amount, more }) {
  const rows = [], several = listsOf(document).length > 1, label = labelOf(listsOf(document)[0])
  for await (const page of pages(!several)) {
    for (const list of listsOf(page)) for (const item of list.children) rows.push([several ? labelOf(list) : '', ...lineOf(item)])
  }
  const header = ['', about, details, amount, more], used = header.map((_word, place) => rows.some((row) => row[place]))
  const kept = (row) => row.filter((_cell, place) => used[place])
  return { label: several ? '' : label, header: kept(header), rows: rows.map(kept) }
}

async function take(button) {
  const form = document.getElementById('take-form'), place = button.closest('[data-place]').dataset.place
  button.disabled = true
  try {
    const found = place === 'list' ? await linesOf(form.dataset) : await tableOf(Number(place))
    const title = plain(document.querySelector('main h1')?.textContent ?? document.title)
    form.elements.kind.value = button.dataset.take
    form.elements.table.value = JSON.stringify({ name: [title, found.label].filter((one, at, all) => one && all.indexOf(one) === at).join(' – '), header: found.header, rows: found.rows })
    form.submit()
  } catch {
    toast({ tone: 'danger', text: form.dataset.failed })
  } finally {
    button.disabled = false
  }
}

function offer() {
  const offered = document.getElementById('take-offer'), main = document.getElementById('main')
  if (!offered || !main) return
  for (const old of main.querySelectorAll('[data-place]')) old.remove()
  if (main.querySelector(OWN)) return
  const put = (after, place) => {
    const line = offered.content.firstElementChild.cloneNode(true)
    line.dataset.place = place
    after.after(line)
  }
  tablesOf(document).forEach((table, place) => put(table.closest('.t-card') ?? table, place))
  const last = listsOf(document).at(-1)
  if (last) put(last.closest('.t-card') ?? last, 'list')
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-take]')
  if (button) take(button)
})
document.addEventListener('DOMContentLoaded', offer)
document.addEventListener('htmx:afterSettle', offer)
