// Today's plan, sealed in the phone until the day is locked or its person signs out.
import { owner } from '../outbox/sender.js'
import { fact, forgetFact, keepFact } from '../outbox/store.js'

const FRESH_FOR = 10 * 60 * 1000
// Pages on which the plan may just have changed.
const CHANGING = /^\/visits\/(plan|record|canvass)\//

// By this phone's clock since it was fetched: the clock itself may be days off.
const age = (day) => Date.now() - day.kept_at

/** The day that is kept for this person, unless its lock has come: then it is gone. */
export async function keptDay() {
  const day = await fact('day')
  if (day && (day.owner !== owner() || age(day) >= Date.parse(day.wipe_at) - Date.parse(day.made_at))) {
    await forgetFact('day')
    return undefined
  }
  return day
}

/** A building that was found just now stands in the day at once: one knocks there before it was sent. */
export async function keepBuilding(id, name, address) {
  const day = await keptDay()
  if (!day || day.buildings.some((row) => row.id === id)) return
  day.buildings.push({ id, name, address, entrance: '', next_floor: 1, next_door: '', doors: [] })
  await keepFact('day', day)
}

/** Whether a position may be asked for now: with consent, in working time. */
export function mayLocate(day) {
  const now = Date.parse(day.made_at) + age(day)
  return day.may_locate && Date.parse(day.opens_at) <= now && now <= Date.parse(day.closes_at)
}

/** Fetch the day anew when what is kept is old; only who has a day plan in the navigation has a day. */
export async function keepDay() {
  const known = await keptDay()
  if (!owner() || !navigator.onLine || !document.querySelector('a[href="/visits/plan/"]')) return
  const isFresh = known && age(known) < FRESH_FOR && !CHANGING.test(location.pathname)
  if (isFresh) return
  const answer = await fetch('/visits/pack/', { headers: { Accept: 'application/json' }, redirect: 'error' }).catch(() => null)
  if (answer?.ok) await keepFact('day', { ...(await answer.json()), owner: owner(), kept_at: Date.now() })
}
