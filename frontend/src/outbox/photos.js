// Photos of a visit: made small here, where the picture's margin (place, device) is lost too, and sent after the visit.
const LONGEST_SIDE = 1600
const QUALITY = 0.8
const MOST = 9
const chosen = new WeakMap()

export const photosOf = (form) => chosen.get(form) ?? []

export function forgetPhotos(form) {
  chosen.delete(form)
  show(form)
}

export function watchPhotos() {
  document.addEventListener('change', async (event) => {
    const field = event.target.closest?.('[data-photo-input]')
    if (field) {
      const made = await Promise.all([...field.files].map(small))
      chosen.set(field.form, [...photosOf(field.form), ...made].slice(0, MOST))
      field.value = ''
      show(field.form)
    }
    const form = event.target.closest?.('[data-photo-form]')
    if (form && event.target.type === 'file' && event.target.files.length) form.requestSubmit()
  })
}

async function small(file) {
  const blob = (await redrawn(file).catch(() => null)) ?? file
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
  return { blob, digest: [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('') }
}

// What this browser cannot read goes as it is: the server answers in words.
async function redrawn(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)))
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
}

function show(form) {
  const words = form?.querySelector('[data-photo-count]')
  if (!words) return
  const number = photosOf(form).length
  words.textContent = number === 0 ? '' : number === 1 ? words.dataset.one : words.dataset.many.replace('{n}', number)
}
