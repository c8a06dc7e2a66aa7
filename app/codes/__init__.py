"""The records of codes and code sets, and the forms of codes. Pure: no files, no database, no Qt."""
