// Templates of the page, filled with what the phone keeps.
export function filled(id, values) {
  const made = document.getElementById(id).content.cloneNode(true)
  replaceIn(made, values)
  return made
}

// Every marker in texts and attributes; as texts and attributes, never as markup.
export function replaceIn(root, values) {
  const put = (words) => Object.entries(values).reduce((text, [mark, value]) => text.replaceAll(mark, value), words)
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) node.nodeValue = put(node.nodeValue)
    else for (const attribute of node.attributes ?? []) if (attribute.value.includes('__')) attribute.value = put(attribute.value)
  }
}
