// A form with a file says what is missing before the file is sent: what the server refuses comes back without the file.
//
// data-most-bytes, data-too-large: how large the file may be, and the words where it is larger;
// data-one-of, data-one-of-words: the names of fields of which exactly one is filled in, and the words where it is not.
function check(form) {
  const { mostBytes, tooLarge, oneOf, oneOfWords } = form.dataset
  const input = form.querySelector('input[type=file]')
  input?.setCustomValidity(input.files[0]?.size > Number(mostBytes) ? tooLarge : '')
  const fields = oneOf ? oneOf.split(' ').map((name) => form.elements[name]) : []
  fields[0]?.setCustomValidity(fields.filter((field) => field.value).length === 1 ? '' : oneOfWords)
}

// Before the browser looks at the form; the key Enter presses the button too.
document.addEventListener('click', ({ target }) => {
  const form = target.closest?.('button')?.form
  if (form?.dataset.mostBytes) check(form)
}, true)
