// The next and the previous record of the list one came from, in its order and under its filter, without a page load.
// The list is remembered as it was shown when a row was opened; past its last row the next page of the list is read.
import htmx from 'htmx.org'

const KEY = 'tiejun-list'
const LINK = 'tr a[href], li > a[href], article a[href]'
const pathOf = (address) => new URL(address, location.href).pathname

const bar = () => document.getElementById('neighbours')
const remembered = () => JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
const remember = (list) => sessionStorage.setItem(KEY, JSON.stringify(list))

function listOf(root) {
  const rows = [...root.querySelectorAll('[data-rows] > *, [data-rows] tbody > tr')].filter((row) => row.matches('tr, li, a, article'))
  const links = rows.map((row) => (row.matches('a[href]') ? row : row.querySelector('a[href]'))).filter(Boolean)
  const paths = [...new Set(links.map((link) => pathOf(link.getAttribute('href'))))]
  const page = (way) => root.querySelector(`a[rel="${way}"]`)?.getAttribute('href') ?? null
  return { paths, next: page('next'), prev: page('prev') }
}

document.addEventListener(
  'click',
  (event) => {
    const link = event.target.closest?.(LINK)
    if (link?.closest('[data-rows]')) remember({ at: location.pathname + location.search, ...listOf(document) })
  },
  true,
)

/** Return the address of the record that lies `by` records away, reading one more page of the list where it ends. */
async function neighbour(list, by) {
  const place = list.paths.indexOf(location.pathname)
  if (place < 0) return null
  if (list.paths[place + by]) return list.paths[place + by]
  const way = by > 0 ? 'next' : 'prev'
  if (!list[way]) return null
  const answer = await fetch(new URL(list[way], new URL(list.at, location.href))).catch(() => null)
  if (!answer?.ok) return null
  const more = listOf(new DOMParser().parseFromString(await answer.text(), 'text/html'))
  const paths = by > 0 ? [...list.paths, ...more.paths] : [...more.paths, ...list.paths]
  remember({ ...list, paths, [way]: more[way] })
  return paths[paths.indexOf(location.pathname) + by] ?? null
}

const STEPS = { prev: -1, next: 1 }

function show() {
  const nav = bar()
  const list = nav && remembered()
  const place = list?.paths.indexOf(location.pathname) ?? -1
  if (!nav) return
  nav.hidden = place < 0
  if (nav.hidden) return
  for (const link of nav.querySelectorAll('[data-neighbour]')) {
    const by = STEPS[link.dataset.neighbour]
    link.toggleAttribute('disabled', !list.paths[place + by] && !list[link.dataset.neighbour])
  }
  nav.querySelector('[data-list]').href = list.at
}

/** Go `by` records further; tells whether there was a list to go along. */
export function step(by) {
  const list = remembered()
  if (!bar() || bar().hidden || !list) return false
  neighbour(list, by).then((path) => path && htmx.ajax('GET', path, { target: '#main', select: '#main', swap: 'outerHTML show:window:top' }).then(() => {
    history.pushState({ htmx: true }, '', path)
    show()
  }))
  return true
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-neighbour]')
  if (button) step(STEPS[button.dataset.neighbour])
})
addEventListener('popstate', ({ state }) => state?.htmx && location.reload())
document.addEventListener('htmx:pushedIntoHistory', show)
show()
