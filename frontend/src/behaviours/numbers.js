// Number fields: full-width digits become plain, separators go, and the wheel does not change a value by accident.
const FULL_WIDTH = /[\uff10-\uff19\uff0e]/g

document.addEventListener('input', (event) => {
  const field = event.target
  if (!field.matches?.('[inputmode=numeric], [inputmode=decimal]') || event.isComposing) return
  const plain = field.value.replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/[,\s\uff0c]/g, '')
  if (plain !== field.value) field.value = plain
})
document.addEventListener('wheel', (event) => {
  if (event.target.matches?.('input[type=number]:focus')) event.target.blur()
}, { passive: true })
