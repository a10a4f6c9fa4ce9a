import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

// Strings stay whole: prettier does not break them either.
const LINES = {
  code: 120,
  template: 120,
  ignoreStrings: true,
  ignoreTemplateLiterals: true,
  ignoreRegExpLiterals: true,
  ignoreHTMLAttributeValues: true,
}

// The clock of a desk may be wrong by hours (issue 10.8): what is kept or shown goes by the server's.
const CLOCK = 'A desk has no clock of its own: thisMinute() or today() of lib/moments'

export default ts.config(
  { ignores: ['node_modules', '../dist'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-undef': 'off', // the type checker knows better
      'vue/max-len': ['error', LINES],
      'max-lines': ['error', { max: 400 }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
      'vue/attributes-order': 'off',
      'vue/html-indent': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCK },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  { files: ['*.config.*'], languageOptions: { globals: { ...globals.node } } },
)
