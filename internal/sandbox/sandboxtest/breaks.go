package sandboxtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// Breaks is one valid resource, the steps that must come before it, and each way to break it.
type Breaks struct {
	Before []Step
	Token  string
	Good   provider.Props
	// Update is a change that requires no replacement; nil for types without one.
	Update provider.Props
	Cases  map[string]Break
}

// Break changes the good inputs. Want is the complete error, or empty for none.
type Break = struct {
	Change provider.Props
	Want   string
}

// Subject is the name under which Breaks creates its resource.
const Subject = "subject"

// Run creates the good resource, refreshes, changes and deletes it. It also breaks the resource once per case. The
// accounts have a second VPC.
func (b Breaks) Run(t *testing.T) {
	t.Helper()
	t.Run("good", func(t *testing.T) {
		t.Parallel()
		a := b.account(t)
		require.NoError(t, a.Make(b.Token, Subject, b.Good))
		a.Steady(t, Subject)
		if b.Update != nil {
			require.NoError(t, a.Change(Subject, a.Resolve(b.Update)))
			a.Steady(t, Subject)
		}
		require.NoError(t, a.Remove(Subject))
		_, state, err := a.Refresh(Subject)
		require.NoError(t, err)
		require.Nil(t, state)
	})
	t.Run("bad", func(t *testing.T) {
		t.Parallel()
		a := b.account(t) // A refused create leaves nothing behind, so one account is enough.
		before := len(a.World.All())
		for name, c := range b.Cases {
			if c.Want != "" {
				t.Run(name, func(t *testing.T) {
					require.EqualError(t, a.Make(b.Token, Subject, Merge(b.Good, c.Change)), a.Text(c.Want))
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
				require.NoError(t, a.Make(b.Token, Subject, Merge(b.Good, c.Change)))
				a.Steady(t, Subject)
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

// BreakAll creates one resource per case in one account, and deletes it again if it was created.
func (a *Account) BreakAll(t *testing.T, token string, good provider.Props, cases map[string]Break) {
	t.Helper()
	for name, c := range cases {
		err := a.Make(token, Subject, Merge(good, c.Change))
		RequireError(t, err, a.Text(c.Want), name)
		if c.Want == "" {
			require.NoError(t, a.Remove(Subject), name)
		}
	}
}

// RequireError requires that the error's complete text is want, or that err is nil if want is empty.
func RequireError(t *testing.T, err error, want string, context ...any) {
	t.Helper()
	if want == "" {
		require.NoError(t, err, context...)
		return
	}
	require.EqualError(t, err, want, context...)
}
