// A public page in a frame of another site tells that site how tall it is, so that the frame shows all of it (the code that
// marketing pastes there listens). Only a height is told. `loaded`: a page that has just come, such as the thanks.
const main = document.getElementById('main')

if (window.parent !== window && main) {
  let told = 0
  const tell = (loaded) => {
    const tall = Math.ceil(main.getBoundingClientRect().height)
    if (tall === told && !loaded) return
    told = tall
    window.parent.postMessage({ tiejun: tall, loaded }, '*')
  }
  tell(true)
  new ResizeObserver(() => tell(false)).observe(main)
}
