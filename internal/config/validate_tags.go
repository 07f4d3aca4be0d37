package config

import (
	"maps"
	"slices"
	"strings"
)

// maxTags is what remains of AWS's 50 for the stack's own three and the two that awsx sets.
const maxTags = 45

// checkTags: keys that differ by their capitals alone are one key for IAM, which refuses them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func (d *decoder) checkTags(tags map[string]string) {
	if len(tags) > maxTags {
		d.report(ownKey("tags"), "too many", "must be at most 45, for AWS takes 50 with those that the stack sets")
	}
	taken := map[string]string{
		"project": "the stack sets Project", "stack": "the stack sets Stack", "owner": "set owner instead",
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		lower := strings.ToLower(key)
		if reason, ok := taken[lower]; ok {
			d.report(ownKey("tags."+key), "taken", reason)
		}
		taken[lower] = "a tag's name must differ from " + key + " by more than capitals"
	}
}

// checkBudget: nobody would hear of it.
func (d *decoder) checkBudget(o Observability) {
	if o.BudgetMonthly > 0 {
		d.needed("observability.alarmEmail", o.AlarmEmail, "observability.budgetMonthly is more than 0")
	}
}
