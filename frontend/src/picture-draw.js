// Draws the elements of a page as SVG: grounds and lines, drawings with their colours written in, texts where they stand.
export const SVG = 'http://www.w3.org/2000/svg'
const LEFT_OUT = '.t-card-head, button, form, [popover], [data-unpictured], script, template'
const INKS = ['fill', 'stroke']
const KEPT = ['stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'fill-opacity', 'stroke-opacity', 'font-size', 'font-weight', 'text-anchor']

export const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
const known = new Map()

/** Make an element of a drawing. */
export function node(name, attributes, text) {
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

/** Draw what an element holds. */
export function inside(element, look, page) {
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
export function ink_of(colour) {
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
