// The CSRF token: from its cookie where a script may read it, else from the page.
export function csrfToken() {
  const found = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)
  return found?.[1] ?? document.querySelector('meta[name=csrf-token]')?.content ?? ''
}
