// The pages before sign-in: the look, the theme and the demo logins, without the rest of the product.
import './css/index.css'
import './behaviours/theme.js'
import './behaviours/double-submit.js'
import './behaviours/popovers.js'
import './behaviours/demo-logins.js'
import './behaviours/framed.js'
