//go:build iamcheck

package iampolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// named is a policy in the input of iam-simulate.
type named struct {
	Name   string          `json:"name"`
	Policy json.RawMessage `json:"policy"`
}

// simulation is the input of iam-simulate: a request, and the policies that decide it.
type simulation struct {
	Request struct {
		Principal string `json:"principal"`
		Action    string `json:"action"`
		Resource  struct {
			Resource  string `json:"resource"`
			AccountID string `json:"accountId"`
		} `json:"resource"`
		Context map[string]string `json:"contextVariables"`
	} `json:"request"`
	Identity []named         `json:"identityPolicies"`
	Resource json.RawMessage `json:"resourcePolicy,omitempty"`
}

// TestIndependentEvaluator evaluates generated policies with this package and with @cloud-copilot/iam-simulate, which
// must be installed: npm ci --prefix tools/iamcheck. The cases are the same in every run. For each case that this
// package decides, both verdicts must be equal.
func TestIndependentEvaluator(t *testing.T) {
	t.Parallel()
	const cases = 12000
	generated := newGenerator(1).cases(cases)
	theirs := evaluateWithSimulator(t, generated)
	require.Len(t, theirs, cases)
	counts, wrong := map[string]int{}, 0
	for i, c := range generated {
		ours, err := evaluateWithPackage(c)
		switch {
		case errors.Is(err, ErrNotModelled):
			counts["not decided by this package"]++
		case err != nil:
			require.NoError(t, err)
		case ours == Verdict(theirs[i]):
			counts["same: "+theirs[i]]++
		case ours == ImplicitDeny && Verdict(theirs[i]) == ExplicitDeny && openDeny(t, c):
			counts["denied, of which kind is not decided here"]++
		default:
			text, err := json.Marshal(c)
			require.NoError(t, err)
			if wrong++; wrong <= 10 {
				t.Errorf("this package: %s, iam-simulate: %s: %s", ours, theirs[i], text)
			}
		}
	}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%5d %s", counts[what], what)
	}
	require.Zero(t, wrong, "verdicts that differ")
	for _, verdict := range []Verdict{Allowed, ExplicitDeny, ImplicitDeny} {
		require.Greater(t, counts["same: "+string(verdict)], cases/20, "too few cases with this verdict")
	}
}

// openDeny reports whether a statement that may deny is undecided. Where none allows, the request is denied all the
// same.
func openDeny(t *testing.T, c simulation) bool {
	t.Helper()
	c.Identity = append(slices.Clone(c.Identity), named{"all", json.RawMessage(
		`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`)})
	_, err := evaluateWithPackage(c)
	return errors.Is(err, ErrNotModelled)
}

func evaluateWithSimulator(t *testing.T, cases []simulation) []string {
	t.Helper()
	var input bytes.Buffer
	encoder := json.NewEncoder(&input)
	for _, c := range cases {
		require.NoError(t, encoder.Encode(c))
	}
	command := exec.CommandContext(t.Context(), "node", "../../tools/iamcheck/evaluate.mjs")
	command.Stdin = &input
	output, err := command.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		require.NoError(t, err, "%s", failed.Stderr)
	}
	require.NoError(t, err)
	return strings.Fields(string(output))
}

func evaluateWithPackage(c simulation) (Verdict, error) {
	request := Request{
		Principal: c.Request.Principal, Action: c.Request.Action, Resource: c.Request.Resource.Resource,
		Context: c.Request.Context,
	}
	if strings.HasSuffix(c.Request.Principal, ".amazonaws.com") {
		request.Services, request.Principal = []string{c.Request.Principal}, ""
	}
	var documents []Document
	for _, p := range c.Identity {
		document, err := Parse(string(p.Policy))
		if err != nil {
			return "", err
		}
		documents = append(documents, document)
	}
	if c.Resource != nil {
		document, err := Parse(string(c.Resource))
		if err != nil {
			return "", err
		}
		documents = append(documents, document)
	}
	decision, err := Evaluate(request, documents...)
	return decision.Verdict, err
}
