package types

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// productionResources is the number of resources in the production stack, including the stack itself.
const productionResources = 121

// TestProduction takes a whole production stack through its life on the real engine. It is healthy after the first up,
// and then has no changes. Another state imports it. Drift is found and repaired. Destroy leaves nothing behind.
func TestProduction(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	require.NoError(t, a.DeclareImage(image, sandbox.Image{}))
	d := a.deployment(run(production()))
	require.Equal(t, driver.Changes{"create": productionResources}, d.requireRun(d.up))
	d.requireHealthy()
	d.requireNoChanges()

	d.requireImport()
	d.requireDriftRepair()

	require.Equal(t, driver.Changes{"delete": productionResources}, d.requireRun(d.Destroy))
	require.True(t, a.Empty())
}

// requireHealthy asserts that the service runs and is healthy, and that ECS Exec works.
func (d *deployment) requireHealthy() {
	d.Helper()
	clusters, services := d.List("aws:ecs/cluster:Cluster", region), d.List("aws:ecs/service:Service", region)
	status, err := d.Status(region, clusters[0].Props["name"].(string), services[0].Props["name"].(string))
	require.NoError(d, err)
	require.True(d, status.Healthy(), status)
	require.Len(d, status.Targets, 2)
	require.NotContains(d, status.String(), "ECS Exec does not work")
}

// requireNoChanges asserts that preview, refresh and up have no changes.
func (d *deployment) requireNoChanges() {
	d.Helper()
	_, err := d.Preview(d.Context(), driver.PreviewOptions{ExpectNoChanges: true, Diff: true, SkipPolicies: true})
	require.NoError(d, err, d.log.String())
	same := driver.Changes{"same": productionResources}
	require.Equal(d, same, d.requireRun(d.Refresh))
	require.Equal(d, same, d.requireRun(d.up))
}

// notImportable are the types that the real provider cannot import, with the error that the engine logs.
var notImportable = map[string]string{
	"random:index/randomPassword:RandomPassword": "the sandbox cannot import random:index/randomPassword:RandomPassword: " +
		"it exists only in Pulumi's state",
	"aws:acm/certificateValidation:CertificateValidation": "import not supported: the real provider cannot import " +
		"aws:acm/certificateValidation:CertificateValidation",
	"aws:appautoscaling/scheduledAction:ScheduledAction": "import not supported: the real provider cannot import " +
		"aws:appautoscaling/scheduledAction:ScheduledAction",
}

// importedWithChanges are the resources that change as the program imports them, with the diff. AWS does not store the
// inputs that only the provider uses (what to do on a delete, whether to wait), and SECRET_KEY_BASE gets another value.
// Everything else is imported without changes.
var importedWithChanges = map[string]string{
	"log-bucket":      "+forceDestroy",
	"key":             "+deletionWindowInDays",
	"images":          "+forceDelete",
	"database":        "+applyImmediately,skipFinalSnapshot",
	"service":         "+waitForSteadyState",
	"SECRET_KEY_BASE": "~value",
}

// requireImport imports every resource of the stack into another state, by the id that the real provider documents and
// with the inputs of the program.
func (d *deployment) requireImport() {
	d.Helper()
	var resources []recorded
	for _, r := range d.state() {
		if notImportable[r.Type] == "" {
			resources = append(resources, r)
			continue
		}
		o := d.deployment(d.importProgram(r))
		_, err := o.Preview(d.Context(), driver.PreviewOptions{SkipPolicies: true})
		require.Error(d, err)
		require.Contains(d, o.log.String(), notImportable[r.Type])
	}
	o := d.deployment(d.importProgram(resources...))
	_, err := o.Preview(d.Context(), driver.PreviewOptions{SkipPolicies: true})
	require.NoError(d, err, o.log.String())
	changed := map[string]string{}
	for _, match := range regexp.MustCompile(`~ +\S+ (\S+) update \[diff: (.*)\]`).FindAllStringSubmatch(o.log.String(), -1) {
		changed[match[1]] = match[2]
	}
	require.Equal(d, importedWithChanges, changed)
	require.Equal(d, driver.Changes{"create": 1, "import": len(resources), "update": len(changed)}, o.requireRun(o.up))
	_, err = o.Preview(d.Context(), driver.PreviewOptions{ExpectNoChanges: true, SkipPolicies: true})
	require.NoError(d, err, o.log.String())
	require.Equal(d, driver.Changes{"same": len(resources) + 1}, o.requireRun(o.Refresh))
}

// drifts are changes of properties outside of Pulumi, with the names of the resources.
var drifts = []struct{ name, property, value string }{
	{"targets", "healthCheck.path", "/"},
	{"app-logs", "retentionInDays", "7"},
	{"busy", "threshold", "99"},
	{"log-expiry", "rules[0].expiration.days", "1"},
	{"scale", "maxCapacity", "3"},
	{"flow-write", "policy", identityPolicy("logs:PutLogEvents", "*")},
}

// requireDriftRepair changes and deletes resources outside of Pulumi: refresh finds exactly these changes, and the next
// up repairs them.
func (d *deployment) requireDriftRepair() {
	d.Helper()
	ids := map[string]string{}
	for _, r := range d.state() {
		ids[r.name()] = r.Type + " " + r.ID
	}
	for _, drift := range drifts {
		require.NoError(d, d.Drift(region, ids[drift.name], drift.property, drift.value), drift.name)
	}
	deleted := []string{"name-6", "old-name", "alerts-mail"}
	for _, name := range deleted {
		require.NoError(d, d.Remove(region, ids[name]), name)
	}
	same := productionResources - len(drifts) - len(deleted) - 1 // SECRET_KEY_BASE, which the import has changed.
	updated := len(drifts) + 1
	require.Equal(d, driver.Changes{"update": updated, "delete": len(deleted), "same": same}, d.requireRun(d.Refresh))
	require.Equal(d, driver.Changes{"update": updated, "create": len(deleted), "same": same}, d.requireRun(d.up))
	d.requireHealthy()
	_, err := d.Preview(d.Context(), driver.PreviewOptions{ExpectNoChanges: true, SkipPolicies: true})
	require.NoError(d, err, d.log.String())
}
