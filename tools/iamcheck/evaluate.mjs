// Reads one JSON document per line from stdin, with a request and policies, and writes one line with the decision of
// @cloud-copilot/iam-simulate. It imports the library's core by the file names of the pinned version, because the
// public functions do not fit: runSimulation also looks up actions and condition keys, which are not compared here, and
// runUnsafeSimulation of 0.1.173 stops at a resource policy.
import { createInterface } from 'node:readline'
import { loadPolicy } from './node_modules/@cloud-copilot/iam-policy/dist/esm/index.js'
import { DiscoveryContextKeyConstraints } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
import { authorize } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js'
import { AwsRequestImpl } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/request/request.js'
import { RequestContextImpl } from './node_modules/@cloud-copilot/iam-simulate/dist/esm/requestContext.js'

const decisions = { Allowed: 'Allowed', ExplicitlyDenied: 'ExplicitDeny', ImplicitlyDenied: 'ImplicitDeny' }

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
  return decisions[analysis.result]
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(evaluate(JSON.parse(line)))
}
