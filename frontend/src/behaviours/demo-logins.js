// The demo logins on the sign-in page: a tap fills the form and sends it.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-demo-login]')
  const form = document.querySelector('form[data-sign-in]')
  if (!button || !form) return
  form.querySelector('[name=login]').value = button.dataset.demoLogin
  form.querySelector('[name=password]').value = button.dataset.demoPassword
  form.requestSubmit()
})
