/** What this page uses of Swagger UI, whose bundle is a script without types. */

type Component = unknown

export type SwaggerPlugin = (system: {
  React: { createElement: (type: Component, props: object, children?: unknown) => unknown }
}) => {
  components: Record<string, (props: { getComponent: (name: string, container: boolean) => Component }) => unknown>
}

interface SwaggerOptions {
  domNode: HTMLElement
  spec: object
  plugins: SwaggerPlugin[]
  layout: string
  docExpansion: 'none'
  defaultModelsExpandDepth: number
  supportedSubmitMethods: string[]
  validatorUrl: null
}

declare global {
  interface Window {
    SwaggerUIBundle?: (options: SwaggerOptions) => unknown
  }
}
