// FilterSQL
