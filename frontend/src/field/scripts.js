// What is said, by occasion; opened and closed by a thumb, without a connection.
export function drawScripts(page, rows) {
  page.querySelector('[data-field-scripts-card]').hidden = !rows.length
  const occasions = document.querySelector('[data-occasions]').dataset
  page.querySelector('[data-field-scripts]').replaceChildren(...rows.map((row) => {
    const made = document.getElementById('field-script').content.firstElementChild.cloneNode(true)
    made.querySelector('[data-name]').textContent = row.title
    made.querySelector('[data-sub]').textContent = occasions[key(row.occasion)] ?? ''
    made.querySelector('[data-body]').textContent = row.body
    return made
  }))
}

const key = (occasion) => occasion.toLowerCase().replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
