// An ended session in the middle of work: a notice in place, never a lost form.
export function askToSignIn() {
  const notice = document.getElementById('sign-in-notice')
  if (notice && !notice.open) notice.showModal()
}

document.addEventListener('session-ended', askToSignIn)
