import type { SwaggerPlugin } from './swagger_ui'

/** Operations and models alone: no second <main>, no bar for logging in and choosing a server. */
export const bareLayout: SwaggerPlugin = ({ React }) => ({
  components: {
    BareLayout: ({ getComponent }) => {
      const parts = ['operations', 'Models'].map((part) => React.createElement(getComponent(part, true), { key: part }))
      return React.createElement('div', { className: 'swagger-ui' }, parts)
    },
  },
})
