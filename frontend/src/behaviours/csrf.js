// The CSRF token of the page; its cookie is closed to scripts.
const meta = () => document.querySelector('meta[name=csrf-token]')

export const csrfToken = () => meta()?.content ?? ''

export function keepCsrfToken(token) {
  if (!token || !meta()) return
  meta().content = token
  for (const field of document.querySelectorAll('[name=csrfmiddlewaretoken]')) field.value = token
}
