import { ref } from 'vue'

/**
 * The session ended while a page was open. The page stays as it is, with whatever was typed into it, under a
 * login that hides it (LoginAgain).
 */
export const sessionEnded = ref(false)
