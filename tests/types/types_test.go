package types

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// productionResources is how many resources the production stack has, with the stack itself.
const productionResources = 121

// TestProduction takes a whole production stack through its life on the real engine: it comes up healthy, is found
// unchanged, is adopted by another state, drifts and is repaired, and leaves nothing behind.
func TestProduction(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	require.NoError(t, a.DeclareImage(image, sandbox.Image{}))
	d := a.deployment(run(production()))
	require.Equal(t, driver.Changes{"create": productionResources}, d.does(d.up))
	d.serves()
	d.unchanged()

	d.isImported()
	d.isRepaired()

	require.Equal(t, driver.Changes{"delete": productionResources}, d.does(d.Destroy))
	require.True(t, a.Empty())
}

// serves asserts that the service runs and is healthy, with exec.
func (d *deployment) serves() {
	d.Helper()
	clusters, services := d.List("aws:ecs/cluster:Cluster", region), d.List("aws:ecs/service:Service", region)
	status, err := d.Status(region, clusters[0].Props["name"].(string), services[0].Props["name"].(string))
	require.NoError(d, err)
	require.True(d, status.Healthy(), status)
	require.Len(d, status.Targets, 2)
	require.NotContains(d, status.String(), "ECS Exec does not work")
}

// unchanged asserts that neither the program nor the account has anything to change.
func (d *deployment) unchanged() {
	d.Helper()
	_, err := d.Preview(d.Context(), driver.PreviewOptions{ExpectNoChanges: true, Diff: true, SkipPolicies: true})
	require.NoError(d, err, d.log.String())
	same := driver.Changes{"same": productionResources}
	require.Equal(d, same, d.does(d.Refresh))
	require.Equal(d, same, d.does(d.up))
}

// notImportable are the resources that the real provider cannot import, by type, and what the engine says.
var notImportable = map[string]string{
	"random:index/randomPassword:RandomPassword": "the sandbox cannot import random:index/randomPassword:RandomPassword: " +
		"it exists in Pulumi's state alone",
	"aws:acm/certificateValidation:CertificateValidation": "import not supported: the real provider cannot import " +
		"aws:acm/certificateValidation:CertificateValidation",
	"aws:appautoscaling/scheduledAction:ScheduledAction": "import not supported: the real provider cannot import " +
		"aws:appautoscaling/scheduledAction:ScheduledAction",
}

// importedWithChanges are the resources that the program changes as it imports them: AWS does not know what only the
// provider needs (what to do on a delete, whether to wait), and SECRET_KEY_BASE is given another value. Everything else
// is imported as it is.
var importedWithChanges = map[string]string{
	"log-bucket":      "+forceDestroy",
	"key":             "+deletionWindowInDays",
	"images":          "+forceDelete",
	"database":        "+applyImmediately,skipFinalSnapshot",
	"service":         "+waitForSteadyState",
	"SECRET_KEY_BASE": "~value",
}

// isImported imports every resource of the stack into a state of its own, by the id that the real provider documents
// and with the inputs that the program has given it.
func (d *deployment) isImported() {
	d.Helper()
	var resources []recorded
	for _, r := range d.state() {
		if notImportable[r.Type] == "" {
			resources = append(resources, r)
			continue
		}
		o := d.deployment(d.adopt(r))
		_, err := o.Preview(d.Context(), driver.PreviewOptions{SkipPolicies: true})
		require.Error(d, err)
		require.Contains(d, o.log.String(), notImportable[r.Type])
	}
	o := d.deployment(d.adopt(resources...))
	_, err := o.Preview(d.Context(), driver.PreviewOptions{SkipPolicies: true})
	require.NoError(d, err, o.log.String())
	changed := map[string]string{}
	for _, match := range regexp.MustCompile(`~ +\S+ (\S+) update \[diff: (.*)\]`).FindAllStringSubmatch(o.log.String(), -1) {
		changed[match[1]] = match[2]
	}
	require.Equal(d, importedWithChanges, changed)
	require.Equal(d, driver.Changes{"create": 1, "import": len(resources), "update": len(changed)}, o.does(o.up))
	_, err = o.Preview(d.Context(), driver.PreviewOptions{ExpectNoChanges: true, SkipPolicies: true})
	require.NoError(d, err, o.log.String())
	require.Equal(d, driver.Changes{"same": len(resources) + 1}, o.does(o.Refresh))
}

// drifts change properties outside of Pulumi, by the names of the resources.
var drifts = []struct{ name, property, value string }{
	{"targets", "healthCheck.path", "/"},
	{"app-logs", "retentionInDays", "7"},
	{"busy", "threshold", "99"},
	{"log-expiry", "rules[0].expiration.days", "1"},
	{"scale", "maxCapacity", "3"},
	{"flow-write", "policy", may("logs:PutLogEvents", "*")},
}

// isRepaired changes and deletes resources behind Pulumi's back: refresh finds exactly that, and the next up
// repairs it.
func (d *deployment) isRepaired() {
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
	require.Equal(d, driver.Changes{"update": len(drifts) + 1, "delete": len(deleted), "same": same}, d.does(d.Refresh))
	require.Equal(d, driver.Changes{"update": len(drifts) + 1, "create": len(deleted), "same": same}, d.does(d.up))
	d.serves()
	_, err := d.Preview(d.Context(), driver.PreviewOptions{ExpectNoChanges: true, SkipPolicies: true})
	require.NoError(d, err, d.log.String())
}
