// The page and its tests in the browser. The second stand beside this folder, so ESLint runs from the one above
// (`npm run lint`), and no pattern here names a folder from the top.
import { fileURLToPath } from 'node:url'

import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/test-results/', '**/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  ...tseslint.configs.stylistic,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)),
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An optional property's type says that it may be undefined.
      'vue/require-default-prop': 'off',
      // TypeScript itself knows what is defined.
      'no-undef': 'off',
    },
  },
  {
    files: ['**/public/*.js'],
    languageOptions: { sourceType: 'script', globals: globals.browser },
  },
  { files: ['**/eslint.config.js'], languageOptions: { globals: globals.node } },
  prettier,
)
