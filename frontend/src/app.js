import './css/index.css'
import Alpine from '@alpinejs/csp'
import { setUpHtmx } from './behaviours/htmx.js'
import './behaviours/theme.js'
import './behaviours/dialogs.js'
import './behaviours/popovers.js'
import './behaviours/toasts.js'
import './behaviours/refusals.js'
import './behaviours/double-submit.js'
import './behaviours/drafts.js'
import './behaviours/unsaved.js'
import './behaviours/palette.js'
import './behaviours/shortcuts.js'
import './behaviours/countdowns.js'
import './behaviours/numbers.js'
import './behaviours/check-in.js'
import './behaviours/session.js'
import './behaviours/sync-pill.js'
import './behaviours/worker.js'
import './outbox/index.js'

setUpHtmx()
window.Alpine = Alpine
Alpine.start()
