// The page without a connection: the plan, one company, one building, drawn from what the phone keeps.
import { renewKeys } from '../outbox/forms.js'
import { ready } from '../outbox/index.js'
import { tell } from '../outbox/sender.js'
import { all, contentsOf, fact } from '../outbox/store.js'
import { keptDay, mayLocate } from './day.js'
import { filled, replaceIn } from './filling.js'
import { drawScripts } from './scripts.js'

const page = () => document.querySelector('[data-field-day]')
const clock = (moment) => new Date(moment).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })
const date = (moment) => new Date(moment).toLocaleDateString()

export async function showDay() {
  await ready
  addEventListener('hashchange', draw)
  document.querySelector('[data-field-back]').addEventListener('click', () => location.assign('#day'))
  await draw()
  await tell()
}

async function draw() {
  const day = await keptDay()
  const place = page().querySelector('[data-field-place]')
  place.replaceChildren()
  page().querySelector('[data-field-empty]').hidden = Boolean(day)
  page().querySelector('[data-field-empty]').classList.toggle('hidden', Boolean(day))
  const wanted = day && (location.hash === '#new-building' ? { kind: 'new', row: { name: page().dataset.newBuilding } } : asked(day))
  page().querySelector('[data-field-list]').hidden = !day || Boolean(wanted)
  document.querySelector('[data-field-back]').hidden = !wanted
  document.querySelector('[data-field-title]').textContent = wanted?.row.name ?? page().dataset.dayTitle
  if (wanted) place.append(await { visit: company, canvass: building, new: newBuilding }[wanted.kind](wanted.row, day))
  else if (day) await list(day)
  renewKeys(place)
  document.dispatchEvent(new CustomEvent('field-drawn', { detail: { target: place } }))
  scrollTo(0, 0)
}

// By the address on this page, or by the address of the page that could not be reached.
function asked(day) {
  const [, kind, id] = location.hash.match(/^#(visit|canvass)=([\w-]+)$/) ?? []
  const other = location.hash ? null : new URLSearchParams(location.search).get('company')
  const door = location.hash ? null : location.pathname.match(/^\/visits\/canvass\/([\w-]+)\/$/)?.[1]
  const stop = day.stops.find((row) => row.company === (kind === 'visit' ? id : other))
  if (stop) return { kind: 'visit', row: stop }
  const found = day.buildings.find((row) => row.id === (kind === 'canvass' ? id : door))
  return found && { kind: 'canvass', row: found }
}

async function list(day) {
  const running = await fact('running')
  const kept = await keptCompanies()
  page().querySelector('[data-field-stops]').replaceChildren(...day.stops.map((row) => stop(row, running, kept)))
  drawScripts(page(), day.scripts ?? [])
  page().querySelector('[data-field-canvass]').hidden = !day.buildings.length
  page().querySelector('[data-field-buildings]').replaceChildren(...day.buildings.map((row) => line(row.name, row.address, `#canvass=${row.id}`, '')))
}

function stop(row, running, kept) {
  const words = page().dataset
  const isThere = running?.company === row.company
  const isDone = kept.has(row.company) || !['', 'STARTED'].includes(row.state)
  const state = isThere ? words.there : kept.has(row.company) ? words.kept : isDone ? words.visited : ''
  const sub = [row.planned_at && clock(row.planned_at), state || row.address].filter(Boolean).join(' · ')
  const made = line(row.name, sub, `#visit=${row.company}`, String(row.number))
  made.querySelector('[data-number]').classList.toggle('t-lead-primary', isThere)
  made.querySelector('[data-number]').classList.toggle('t-lead-success', isDone && !isThere)
  return made
}

function line(name, sub, href, number) {
  const made = document.getElementById('field-stop').content.firstElementChild.cloneNode(true)
  made.querySelector('[data-name]').textContent = name
  made.querySelector('[data-sub]').textContent = sub
  made.querySelector('[data-open]').href = href
  made.querySelector('[data-number]').textContent = number
  made.querySelector('[data-number]').hidden = !number
  return made
}

/** Companies whose record waits in this phone. */
async function keptCompanies() {
  const visits = (await all()).filter((record) => record.action.endsWith('/visits/record/'))
  const fields = await Promise.all(visits.map(async (record) => (await contentsOf(record)).fields))
  return new Set(fields.map((found) => new Map(found).get('company')))
}

async function company(row, day) {
  const made = filled('field-company', { __company__: row.company, __item__: row.item, __name__: row.name })
  const last = row.last_note && `${date(row.last_at)} · ${row.last_note}`
  const lines = { address: row.address, contact: [row.contact, row.phone].filter(Boolean).join(' '), objective: row.objective, last }
  for (const [name, words] of Object.entries(lines)) {
    const place = made.querySelector(`[data-line=${name}]`)
    place.hidden = !words
    place.querySelector('span').textContent = words ?? ''
  }
  contacts(made, row.contacts)
  const running = await fact('running')
  const isThere = running?.company === row.company
  made.querySelector('[data-field-check-in]').hidden = isThere || Boolean(running)
  const form = made.querySelector('[data-field-record]')
  if (!mayLocate(day)) made.querySelectorAll('[data-check-in]').forEach((button) => button.removeAttribute('data-check-in'))
  if (isThere) {
    form.elements.namedItem('check_in').value = running.key
    form.elements.namedItem('started_at').value = running.at
  }
  return made
}

function contacts(made, people) {
  const chip = made.querySelector('input[value=__contact__]')?.closest('li')
  const rows = people.map((person) => {
    const row = chip.cloneNode(true)
    replaceIn(row, { __contact__: person.id, __name__: person.name || '–', __title__: person.title })
    const role = row.querySelector(`input[type=radio][value="${person.role}"]`)
    if (role) role.checked = true
    row.querySelector(`input[name="senior_${person.id}"]`).checked = person.senior
    return row
  })
  chip?.replaceWith(...rows)
  if (!people.length) made.querySelector('details')?.setAttribute('open', '')
}

function building(row) {
  const made = filled('field-building', { __building__: row.id, __name__: row.name })
  const form = made.querySelector('form')
  form.elements.namedItem('floor').value = row.next_floor
  form.elements.namedItem('door').value = row.next_door
  return made
}

function newBuilding(_row, day) {
  const made = filled('field-new-building', {})
  const districts = (day.districts ?? []).map(({ code, name }) => new Option(name, code))
  made.querySelector('select[name=district_code]').replaceChildren(...districts)
  return made
}
