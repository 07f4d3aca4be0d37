package awsmodel

import "regexp"

// TagCharacters are what every service takes in the keys and values of tags; EC2 and some others take more.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const TagCharacters = "letters, digits, spaces and _ . : / = + - @"

// TagPattern is TagCharacters as the services' API references write it.
const TagPattern = `[\p{L}\p{Z}\p{N}_.:/=+\-@]*`

// TagText tells whether a text has no other characters.
var TagText = regexp.MustCompile(`^` + TagPattern + `$`).MatchString
