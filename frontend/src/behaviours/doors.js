// Canvassing with one thumb: steppers for floor and door, and after each door the next one is there.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-stepper] [data-step]')
  if (!button) return
  const field = button.parentElement.querySelector('input')
  const step = Number(button.dataset.step)
  if (field.name === 'floor') field.value = stepFloor(Number(field.value) || 0, step)
  else field.value = following(field.value, step)
  field.dispatchEvent(new Event('input', { bubbles: true }))
})

// No building has a floor nought.
const stepFloor = (floor, step) => (floor + step === 0 ? step : floor + step)

/** The number at the end of a sign, one further: 1203 is 1204, A7 is A8. */
function following(door, step) {
  const [, before, digits] = door.match(/^(.*?)(\d*)$/)
  return digits ? before + String(Math.max(0, Number(digits) + step)).padStart(digits.length, '0') : door || '1'
}

document.addEventListener('outbox-kept', ({ target: form, detail }) => {
  if (!form.matches('form[data-door]')) return
  const said = new FormData(form)
  const result = form.querySelector('input[name=result]:checked')?.closest('label')?.textContent.trim() ?? ''
  form.parentElement.querySelector('[data-door-log]')?.prepend(line(said, detail.answer?.message || result))
  // After the form was emptied.
  setTimeout(() => {
    form.elements.namedItem('floor').value = said.get('floor')
    form.elements.namedItem('door').value = following(said.get('door'), 1)
  })
})

function line(said, words) {
  const row = Object.assign(document.createElement('li'), { className: 't-row' })
  const lead = Object.assign(document.createElement('span'), { className: 't-lead text-[13px] tabular-nums', textContent: said.get('door') || '–' })
  const place = Object.assign(document.createElement('div'), { className: 'min-w-0 flex-1' })
  place.append(Object.assign(document.createElement('span'), { className: 't-row-title block truncate', textContent: said.get('company_name') || `${said.get('floor')}F ${said.get('door')}` }))
  place.append(Object.assign(document.createElement('span'), { className: 't-row-sub', textContent: words }))
  row.append(lead, place)
  return row
}
