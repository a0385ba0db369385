// The day in the phone: fetched while there is a connection, shown when there is none.
import { isAvailable } from '../outbox/store.js'
import { keepDay } from './day.js'
import { showDay } from './page.js'

if (isAvailable()) {
  if (document.querySelector('[data-field-day]')) showDay()
  else keepDay()
}
