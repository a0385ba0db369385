// Field work without a connection: kept on the phone, sent when there is one.
import { watchForms } from './forms.js'
import { watchPanel } from './panel.js'
import { watchPhotos } from './photos.js'
import { start } from './sender.js'
import { isAvailable } from './store.js'

/** Resolves when it is known whose phone this is. */
export const ready = isAvailable() ? begin() : Promise.resolve()

function begin() {
  watchForms()
  watchPhotos()
  watchPanel()
  return start()
}
