// Field work without a connection: kept on the phone, sent when there is one.
import { watchForms } from './forms.js'
import { watchPanel } from './panel.js'
import { start } from './sender.js'
import { isAvailable } from './store.js'

if (isAvailable()) {
  watchForms()
  watchPanel()
  start()
}
