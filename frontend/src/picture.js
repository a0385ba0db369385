// A chart of the page as a picture: what is seen is drawn anew as plain SVG, in the colours of the day, under its title, period and unit.
// Text stays text and lines stay lines, so that the file can be worked on; a PNG is the same drawing, twice as fine.
const SVG = 'http://www.w3.org/2000/svg'
const EDGE = 24
const LEAST = 420
const FINE = 2
const FONT = 'Inter, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif'
const LEFT_OUT = '.t-card-head, button, form, [popover], [data-unpictured], script, template'
const INKS = ['fill', 'stroke']
const KEPT = ['stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'fill-opacity', 'stroke-opacity', 'font-size', 'font-weight', 'text-anchor']

const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
const known = new Map()

/** Save a chart as `png` or `svg`. `words`: title, period, unit, foot, and the name of the file. */
export async function save(chart, kind, words) {
  const drawing = drawn(chart, words)
  const text = new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' })
  const file = kind === 'svg' ? text : await painted(text, drawing)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${[words.title, words.period].filter(Boolean).join(' ').replace(/[\\/:*?"<>|\s]+/g, ' ')}.${kind}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

async function painted(text, drawing) {
  const image = new Image()
  image.src = URL.createObjectURL(text)
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = drawing.getAttribute('width') * FINE
  canvas.height = drawing.getAttribute('height') * FINE
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(image.src)
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/png'))
}

/** Draw a chart in light colours whatever the theme; nothing of it is seen on the page, for it is put back before the page is painted. */
function drawn(chart, words) {
  const root = document.documentElement, theme = root.dataset.theme
  root.dataset.theme = 'jade'
  root.toggleAttribute('data-picturing', true)
  try {
    return sheet(chart, words)
  } finally {
    root.removeAttribute('data-picturing')
    if (theme) root.dataset.theme = theme
    else delete root.dataset.theme
  }
}

function sheet(chart, words) {
  const look = getComputedStyle(chart), ink = ink_of(look.color)
  const head = [[words.title, 20, 700], [[words.period, words.unit].filter(Boolean).join(' · '), 13, 400]].filter(([text]) => text)
  const top = EDGE + head.reduce((sum, [, size]) => sum + size * 1.5, 0) + 14
  const page = { group: node('g', {}), left: Infinity, top: Infinity, right: 0, bottom: 0, clips: 0 }
  inside(chart, look, page)
  if (!page.group.hasChildNodes()) throw new Error('nothing is shown')
  page.group.setAttribute('transform', `translate(${EDGE - page.left} ${top - page.top})`)
  let width = Math.max(LEAST, page.right - page.left + 2 * EDGE)
  const lines = []
  let y = EDGE - 4
  for (const [text, size, weight] of head) {
    y += size * 1.5
    pen.font = `${weight} ${size}px ${FONT}`
    width = Math.max(width, pen.measureText(text).width + 2 * EDGE)
    lines.push(node('text', { x: EDGE, y: y - size * 0.3, 'font-size': size, 'font-weight': weight, fill: ink, 'fill-opacity': weight > 400 ? 1 : 0.75 }, text))
  }
  const height = Math.ceil(top + page.bottom - page.top + EDGE + 20)
  width = Math.ceil(width)
  const foot = node('text', { x: EDGE, y: height - EDGE + 6, 'font-size': 11, fill: ink, 'fill-opacity': 0.65 }, `${words.foot} · ${new Date().toLocaleString(document.documentElement.lang || 'en', { dateStyle: 'medium', timeStyle: 'short' })}`)
  const whole = node('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': FONT })
  whole.append(node('title', {}, head.map(([text]) => text).join(' · ')), node('rect', { width, height, fill: '#fff' }), ...lines, page.group, foot)
  return whole
}

function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  return made
}

function draw(element, page) {
  if (element.matches(LEFT_OUT)) return
  const look = getComputedStyle(element), at = element.getBoundingClientRect()
  if (look.display === 'none' || look.visibility === 'hidden' || look.clipPath === 'inset(50%)') return
  if (element instanceof SVGSVGElement) return copy(element, look, at, page)
  if (look.display !== 'contents') ground(element, look, at, page)
  inside(element, look, page)
}

function inside(element, look, page) {
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) draw(child, page)
    else if (child.nodeType === Node.TEXT_NODE && child.data.trim()) write(child, look, page)
  }
}

function reach(at, page) {
  page.left = Math.min(page.left, at.left)
  page.top = Math.min(page.top, at.top)
  page.right = Math.max(page.right, at.right)
  page.bottom = Math.max(page.bottom, at.bottom)
}

/** Draw what lies under an element's content: its ground, a card's edge, and the lines between rows. */
function ground(element, look, at, page) {
  if (at.width < 1 || at.height < 1) return
  const fill = ink_of(look.backgroundColor), radius = Math.min(parseFloat(look.borderTopLeftRadius) || 0, at.height / 2)
  const isCard = element.classList.contains('t-card')
  if (fill !== 'none' || isCard) {
    const rect = node('rect', { x: at.left, y: at.top, width: at.width, height: at.height, rx: radius, fill })
    if (isCard) rect.setAttribute('stroke', ink_of(look.getPropertyValue('--line')))
    page.group.append(rect)
    reach(at, page)
  }
  for (const [side, y] of [['Top', at.top], ['Bottom', at.bottom]]) {
    const width = parseFloat(look[`border${side}Width`])
    if (width && look[`border${side}Style`] !== 'none') {
      page.group.append(node('line', { x1: at.left, x2: at.right, y1: y, y2: y, stroke: ink_of(look[`border${side}Color`]), 'stroke-width': width }))
    }
  }
}

/** Copy a drawing of the page with its colours written into it, cut to the round ends of the bar that holds it. */
function copy(element, look, at, page) {
  if (at.width < 1 || at.height < 1) return
  const made = element.cloneNode(true), sources = [element, ...element.querySelectorAll('*')]
  for (const [place, target] of [made, ...made.querySelectorAll('*')].entries()) inked(target, getComputedStyle(sources[place]))
  const size = { x: at.left, y: at.top, width: at.width, height: at.height }
  for (const [key, value] of Object.entries(size)) made.setAttribute(key, value)
  const holder = getComputedStyle(element.parentElement), radius = parseFloat(holder.borderTopLeftRadius)
  if (holder.overflow === 'hidden' && radius) {
    const id = `bar-${++page.clips}`, clip = node('clipPath', { id })
    clip.append(node('rect', { ...size, rx: Math.min(radius, at.height / 2) }))
    const cut = node('g', { 'clip-path': `url(#${id})` })
    cut.append(made)
    page.group.append(clip, cut)
  } else page.group.append(made)
  reach(at, page)
}

function inked(target, look) {
  for (const name of INKS) target.setAttribute(name, ink_of(look[name]))
  for (const name of KEPT) if (look.getPropertyValue(name)) target.setAttribute(name, look.getPropertyValue(name))
  for (const name of [...target.attributes].map(({ name }) => name)) if (/^(class|style|role|aria-|data-)/.test(name)) target.removeAttribute(name)
}

/** Write a text where it stands, line by line; its length is kept, so that another font moves nothing. */
function write(text, look, page) {
  pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`
  const { fontBoundingBoxAscent: rise, fontBoundingBoxDescent: fall } = pen.measureText('x')
  for (const { words, at } of lines_of(text)) {
    const y = at.top + (at.height - rise - fall) / 2 + rise
    const attributes = { x: at.left, y, 'font-size': look.fontSize, 'font-weight': look.fontWeight, fill: ink_of(look.color) }
    if (words.length > 1) Object.assign(attributes, { textLength: at.right - at.left, lengthAdjust: 'spacingAndGlyphs' })
    if (look.fontStyle !== 'normal') attributes['font-style'] = look.fontStyle
    page.group.append(node('text', attributes, words))
    reach(at, page)
  }
}

function lines_of(text) {
  const range = document.createRange(), lines = []
  for (let place = 0; place < text.length; place++) {
    range.setStart(text, place)
    range.setEnd(text, place + 1)
    const at = range.getBoundingClientRect(), last = lines.at(-1), letter = text.data[place].replace(/\s/, ' ')
    if (!at.width || (letter === ' ' && (!last || at.top > last.at.top + 2))) continue
    if (last && Math.abs(at.top - last.at.top) <= 2) {
      last.words += letter
      last.at.right = Math.max(last.at.right, at.right)
      if (letter !== ' ') Object.assign(last, { kept: last.words, end: last.at.right })
    } else lines.push({ words: letter, kept: letter, end: at.right, at: { left: at.left, right: at.right, top: at.top, bottom: at.bottom, height: at.height } })
  }
  return lines.map(({ kept, end, at }) => ({ words: kept, at: { ...at, right: end } }))
}

/** Return a colour as every program reads it: `none`, or `rgb` with its opacity mixed into white. */
function ink_of(colour) {
  if (!colour || colour === 'none' || colour.startsWith('url(')) return colour || 'none'
  if (!known.has(colour)) {
    pen.clearRect(0, 0, 1, 1)
    pen.fillStyle = colour
    pen.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data
    const mixed = [red, green, blue].map((part) => Math.round(part * (alpha / 255) + 255 - alpha))
    known.set(colour, alpha ? `rgb(${mixed})` : 'none')
  }
  return known.get(colour)
}
