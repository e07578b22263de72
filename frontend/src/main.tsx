import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { locale } from './app/i18n'
import './app/styles.css'
import { applyTheme } from './app/theme'

applyTheme()
document.documentElement.lang = locale()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
