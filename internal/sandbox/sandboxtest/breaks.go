package sandboxtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// Breaks is one good resource, what must be there before it, and each way to break it.
type Breaks struct {
	Before []Step
	Token  string
	Good   provider.Props
	// Update is a change that needs no replacement; nil for types that have none.
	Update provider.Props
	Cases  map[string]Break
}

// Break changes the good inputs. Want is the whole error, or empty for none.
type Break = struct {
	Change provider.Props
	Want   string
}

// Subject is the name under which Breaks makes its resource.
const Subject = "subject"

// Run makes the good resource, refreshes, changes and deletes it, and breaks it once per case, in accounts that have a
// second VPC.
func (b Breaks) Run(t *testing.T) {
	t.Helper()
	t.Run("good", func(t *testing.T) {
		t.Parallel()
		a := b.account(t)
		require.NoError(t, a.Make(b.Token, Subject, b.Good))
		a.requireClean(t)
		a.requireImport(t)
		if b.Update != nil {
			require.NoError(t, a.Change(Subject, a.Resolve(b.Update)))
			a.requireClean(t)
		}
		require.NoError(t, a.Remove(Subject))
		_, state, err := a.Refresh(Subject)
		require.NoError(t, err)
		require.Nil(t, state)
	})
	t.Run("bad", func(t *testing.T) {
		t.Parallel()
		a := b.account(t) // What is refused leaves nothing behind, so that one account will do.
		before := len(a.World.All())
		for name, c := range b.Cases {
			if c.Want != "" {
				t.Run(name, func(t *testing.T) {
					require.EqualError(t, a.Make(b.Token, Subject, merge(b.Good, c.Change)), a.Text(c.Want))
					require.Len(t, a.World.All(), before)
				})
			}
		}
	})
	for name, c := range b.Cases {
		if c.Want == "" {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				a := b.account(t)
				require.NoError(t, a.Make(b.Token, Subject, merge(b.Good, c.Change)))
				a.requireClean(t)
			})
		}
	}
}

func (b Breaks) account(t *testing.T) *Account {
	t.Helper()
	a := New(t)
	a.OtherNetwork()
	for _, step := range b.Before {
		require.NoError(t, a.Make(step.Token, step.Name, step.Inputs), step.Name)
	}
	return a
}

// requireClean holds that a refresh finds nothing, and that the same inputs change nothing.
func (a *Account) requireClean(t *testing.T) {
	t.Helper()
	r := a.Got(Subject)
	inputs, state, err := a.Refresh(Subject)
	require.NoError(t, err)
	require.Equal(t, a.Resolve(r.Inputs), a.Resolve(inputs))
	require.Equal(t, r.State, state)
	changes, _, err := a.Diff(r.Token, state, a.Resolve(r.Inputs))
	require.NoError(t, err)
	require.Empty(t, changes)
}

// requireImport holds that the resource can be imported, with inputs that a program may have.
func (a *Account) requireImport(t *testing.T) {
	t.Helper()
	r := a.Got(Subject)
	for _, o := range a.World.List(r.Token, a.Region) {
		id, inputs, _, err := a.Import(r.Token, a.ImportID(o))
		require.NoError(t, err)
		_, failures, err := a.Check(r.Token, r.URN, inputs, inputs, nil)
		require.NoError(t, err)
		require.Empty(t, failures)
		if id == r.ID {
			return
		}
	}
	require.Fail(t, "no import finds it", r.ID)
}
