// The page that is open stands in view in the navigation, however long it is.
document.querySelector('.t-nav [aria-current=page]')?.scrollIntoView({ block: 'nearest' })
