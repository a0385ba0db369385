"""Files in and out, programs' tokens: how other systems and spreadsheets meet the product."""
