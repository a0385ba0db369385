// Maps are loaded when somebody looks at one.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue
    seen.unobserve(target)
    import('../map.js').then(({ draw }) => draw(target))
  }
})

const watch = (root) => root.querySelectorAll?.('[data-map]:not([data-drawn])').forEach((element) => seen.observe(element))
document.addEventListener('htmx:afterSwap', ({ detail }) => watch(detail.target))
watch(document)
