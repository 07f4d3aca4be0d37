// Reads requests and policies as JSON lines from stdin and writes one verdict a line, as @cloud-copilot/iam-simulate
// decides it. Its core is called, by its files' names in the version that is pinned: around it, runSimulation looks up
// actions and condition keys, which is not what is compared, and runUnsafeSimulation of 0.1.173 stops at a resource's
// policy.
import { createInterface } from 'node:readline'
import { loadPolicy } from './node_modules/@cloud-copilot/iam-policy/dist/esm/index.js'
import { DiscoveryContextKeyConstraints } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
import { authorize } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js'
import { AwsRequestImpl } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/request/request.js'
import { RequestContextImpl } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/requestContext.js'

const verdicts = { Allowed: 'Allowed', ExplicitlyDenied: 'ExplicitDeny', ImplicitlyDenied: 'ImplicitDeny' }

function evaluate({ request, identityPolicies, resourcePolicy }) {
  const { principal, resource, action, contextVariables } = request
  const analysis = authorize({
    request: new AwsRequestImpl(principal, resource, action, new RequestContextImpl(contextVariables)),
    identityPolicies: identityPolicies.map((p) => loadPolicy(p.policy, { name: p.name })),
    resourcePolicy: resourcePolicy && loadPolicy(resourcePolicy, { name: 'resource' }),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    simulationParameters: {
      simulationMode: 'Strict',
      discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([])
    },
    serviceSettings: {}
  })
  return verdicts[analysis.result]
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(evaluate(JSON.parse(line)))
}
